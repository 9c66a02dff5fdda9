/**
 * Text of help that is wrapped by whoever shows it: a line of the source that ends in the middle of a sentence goes on in the same line, so
 * that a narrow terminal does not break it twice. A sentence that ends with its line keeps its line, and a paragraph with columns stays as
 * it is.
 */
export const flowing = (details: string): string =>
  details
    .split("\n\n")
    .map((paragraph) => (hasColumns(paragraph) ? paragraph : paragraph.replace(/(?<![.:])\n/g, " ")))
    .join("\n\n");

export const hasColumns = (paragraph: string): boolean => paragraph.includes("  ");
