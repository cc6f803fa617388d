export function Coordinator(_props: { only?: string | undefined; id?: string }) {
  return <p>Coordinator</p>;
}
