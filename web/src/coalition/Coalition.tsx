export function Coalition(_props: { only?: string | undefined; id?: string }) {
  return <p>Coalition</p>;
}
