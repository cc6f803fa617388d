export function Trials(_props: { only?: string | undefined; id?: string }) {
  return <p>Trials</p>;
}
