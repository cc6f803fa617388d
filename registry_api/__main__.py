from registry_api.cli import commands


def main() -> None:
    """Entry point of the `registry` command."""
    commands()


if __name__ == "__main__":
    main()
