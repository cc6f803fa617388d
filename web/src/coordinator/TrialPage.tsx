export function TrialPage(_props: { only?: string | undefined; id?: string }) {
  return <p>TrialPage</p>;
}
