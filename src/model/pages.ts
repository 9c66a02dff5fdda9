/** Reading something long page by page: each page says where the next one begins. */
export async function* pagesOf<Page extends { readonly next: string | undefined }>(
  read: (after: string) => Promise<Page>,
): AsyncGenerator<Page> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const page: Page = await read(after);
    yield page;
    after = page.next;
  }
}
