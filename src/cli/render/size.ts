/** Sizes of files, for people: "0 B", "96 KiB", "1.4 GiB". */
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export const sizeText = (bytes: number): string => {
  let [value, unit] = [bytes, 0];
  while (value >= 1_024 && unit < UNITS.length - 1) [value, unit] = [value / 1_024, unit + 1];
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? "B"}`;
};
