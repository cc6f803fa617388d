import { useEffect, useRef } from "preact/hooks";

/** Keeps the place of somebody without a mouse: when what they pressed is gone, its row's first control has the focus. */
export function useRowFocus(state: string) {
  const row = useRef<HTMLLIElement>(null);
  const shown = useRef(state);
  useEffect(() => {
    if (shown.current !== state) (row.current?.querySelector<HTMLElement>("input, button") ?? row.current)?.focus();
    shown.current = state;
  }, [state]);
  return row;
}
