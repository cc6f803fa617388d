const drawings = {
  today: "M4 6.5h16v13H4zM4 10.5h16M8.5 4v4M15.5 4v4M9 15l2 2 4-4",
  trend: "M4 19.5h16M4 15l4.5-4 3.5 2.500L19 6",
  trials:
    "M9.500 3.500h5M10.500 3.500v5L5 18.500a1.500 1.500 0 0 0 1.300 2.200h11.400a1.500 1.500 0 0 0 1.300-2.200l-5.500-10v-5M8 15h8",
  settings:
    "M4 7.500h9M17 7.500h3M4 16.500h3M11 16.500h9M15 5.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM9 14.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
  problem: "M12 4.500l8.500 15h-17zM12 10v4.500M12 17v.1",
  check: "M5 12.500l4.500 4.500L19 7.500",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.500l3 1.800",
  question:
    "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.800 10a2.300 2.300 0 1 1 3.400 2c-.8.400-1.200.9-1.200 1.800M12 16.500v.1",
  cross: "M7 7l10 10M17 7L7 17",
  key: "M8 11a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM11.300 12.300L20.500 3.500M17 7l3 3M14 9.800l2 2",
  phone: "M8 3.500h8v17H8zM11 18h2",
  people:
    "M9 5.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.500 19.500c.3-3.500 2.400-5.500 5.500-5.500s5.200 2 5.500 5.500M15.500 6a2.700 2.700 0 0 1 0 5.200M17 14.200c2 .6 3.200 2.400 3.500 5.300",
} as const;

export type IconName = keyof typeof drawings;

/** A line drawing that only accompanies words: screen readers pass over it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}
