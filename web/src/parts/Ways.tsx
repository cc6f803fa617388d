export interface Way {
  href: string;
  label: string;
  hint?: string | undefined;
}

/** A list of pages to go to, one a row, the whole row a target. */
export function Ways({ ways }: { ways: readonly Way[] }) {
  return (
    <ul class="ways">
      {ways.map(({ href, label, hint }) => (
        <li key={href}>
          <a href={href}>
            <strong>{label}</strong>
            {hint && <span class="hint">{hint}</span>}
          </a>
        </li>
      ))}
    </ul>
  );
}
