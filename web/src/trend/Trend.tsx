export function Trend(_props: { only?: string | undefined; id?: string }) {
  return <p>Trend</p>;
}
