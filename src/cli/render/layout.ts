/**
 * Brackets within brackets, on one line where it fits, else each item on a line of its own.
 *
 * The width of every part is known when it is made, so printing looks at each once.
 */
export type Part = string | Group;

export interface Group {
  readonly open: string;
  readonly close: string;
  readonly items: readonly Item[];
  /** Numbers: as many on a line as fit. */
  readonly isDense: boolean;
  /** Blanks inside of the brackets: `{ a }` against `[a]`. */
  readonly isSpaced: boolean;
  /** On one line. */
  readonly width: number;
}

export interface Item {
  /** `"key": `, or nothing. */
  readonly label: string;
  readonly part: Part;
}

export const group = (open: string, close: string, items: readonly Item[], options: { readonly isDense?: boolean } = {}): Part => {
  if (items.length === 0) return open + close;
  const isSpaced = close !== "]";
  const between = 2 * (items.length - 1) + (isSpaced ? 2 : 0);
  const width = items.reduce((sum, item) => sum + item.label.length + widthOf(item.part), open.length + close.length + between);
  return { open, close, items, isDense: options.isDense === true, isSpaced, width };
};

export const flat = (part: Part): string => {
  if (typeof part === "string") return part;
  const items = part.items.map((item) => item.label + flat(item.part)).join(", ");
  return part.isSpaced ? `${part.open} ${items} ${part.close}` : part.open + items + part.close;
};

export interface Room {
  readonly columns: number;
  /** Where the lines of this part begin. */
  readonly indent: number;
}

/** @param taken columns of the first line that other text has */
export const print = (part: Part, room: Room, taken = room.indent): string => {
  if (typeof part === "string") return part;
  if (part.width <= room.columns - taken) return flat(part);
  const inner: Room = { columns: room.columns, indent: room.indent + 2 };
  const lines = part.isDense ? packed(part.items, inner) : part.items.map((item) => printItem(item, inner));
  const margin = `\n${" ".repeat(inner.indent)}`;
  return `${part.open}${margin}${lines.join(`,${margin}`)}\n${" ".repeat(room.indent)}${part.close}`;
};

const printItem = ({ label, part }: Item, room: Room): string => label + print(part, room, room.indent + label.length + 1);

const packed = (items: readonly Item[], room: Room): readonly string[] => {
  const lines: string[] = [];
  let current = "";
  for (const item of items) {
    const text = item.label + flat(item.part);
    const isFull = current !== "" && room.indent + current.length + 2 + text.length + 1 > room.columns;
    if (isFull) lines.push(current);
    current = current === "" || isFull ? text : `${current}, ${text}`;
  }
  return [...lines, current];
};

const widthOf = (part: Part): number => (typeof part === "string" ? part.length : part.width);
