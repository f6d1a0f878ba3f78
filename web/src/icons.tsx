// Drawn here, so that nothing is fetched. All are decoration; the words stand in labels.
const PATHS = {
  send: "M12 19V5M5 12l7-7 7 7",
  close: "M6 6l12 12M18 6 6 18",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  stop: "M7 7h10v10H7z",
  retry: "M4 12a8 8 0 1 1 2.3 5.6M4 18v-5h5",
  copy: "M9 9h10v11H9zM5 15V4h10",
  save: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  up: "M7 11v9H4v-9zM7 11l4-8c1.5 0 2.5 1 2.2 2.8L12.5 9H19a1.8 1.8 0 0 1 1.8 2.2l-1.5 7A2.2 2.2 0 0 1 17.200 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-1.500 0-2.500-1-2.200-2.800L11.500 15H5a1.800 1.800 0 0 1-1.800-2.200l1.500-7A2.200 2.200 0 0 1 6.800 4H17",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700L12 17",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l5 5",
  book: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c.500-4.500 4-6.500 8-6.500s7.500 2 8 6.500",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  bottom: "M12 5v14M5 12l7 7 7-7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M4.900 4.900l1.800 1.800M17.300 17.300l1.800 1.800M4.900 19.100l1.800-1.800M17.300 6.700l1.800-1.800",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  more: "M4 6h16M4 12h10M4 18h7",
} as const;

export function Icon({ name, mirrored = false }: { name: keyof typeof PATHS; mirrored?: boolean }) {
  return (
    <svg className={mirrored ? "icon mirrored" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
