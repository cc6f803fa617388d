export function Settings(_props: { only?: string | undefined; id?: string }) {
  return <p>Settings</p>;
}
