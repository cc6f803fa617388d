import { useEffect, useState } from "preact/hooks";

const MOVED = "moved";

export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    addEventListener("popstate", follow);
    addEventListener(MOVED, follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener(MOVED, follow);
    };
  }, []);
  return path;
}

export function go(path: string, options: { replace?: boolean } = {}): void {
  if (path === location.pathname) return;
  if (options.replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(MOVED));
}

/** Lets ordinary links move within the app without loading it anew. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const stays = link.origin === location.origin && !link.target && !link.hasAttribute("download");
    if (!stays || link.hash) return;
    event.preventDefault();
    go(link.pathname);
  });
}

/** The named parts of a path such as `/t/:id`, or undefined where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/(.)\/$/, "$1").split("/");
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [place, piece] of wanted.entries()) {
    const value = given[place] ?? "";
    if (piece.startsWith(":") && value) parts[piece.slice(1)] = decodeURIComponent(value);
    else if (piece !== value) return undefined;
  }
  return parts;
}
