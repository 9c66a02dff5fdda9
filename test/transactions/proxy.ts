/**
 * A way to the server that breaks at the COMMIT: before the server hears of it, while it is under way, or after it, before the client hears
 * of the answer.
 *
 * Each connection that sends a COMMIT is cut, until `heal` is called.
 */
import type { Socket, UnixSocketListener } from "bun";

export type Break = "before" | "during" | "after";

interface Way {
  readonly client: Socket<Way>;
  server: Socket<Way> | undefined;
  /** What the server says stays here. */
  isSilent: boolean;
}

export class Proxy {
  readonly socket: string;
  readonly #target: string;
  readonly #at: Break;
  readonly #onCut: () => unknown;
  #listener: UnixSocketListener<Way> | undefined;
  #isWhole = false;
  cuts = 0;

  /** @param onCut called at the moment of the cut, before the client notices */
  constructor(target: string, at: Break, onCut: () => unknown = () => {}) {
    this.#target = target;
    this.#at = at;
    this.#onCut = onCut;
    this.socket = `${target}.proxy`;
    this.#listen();
  }

  /** Nothing is cut any more. */
  heal(): void {
    this.#isWhole = true;
    if (this.#listener === undefined) this.#listen();
  }

  /** Nobody gets in, until `heal`. */
  shut(): void {
    this.#listener?.stop();
    this.#listener = undefined;
  }

  close(): void {
    this.#listener?.stop(true);
  }

  #listen(): void {
    this.#listener = Bun.listen<Way>({
      unix: this.socket,
      socket: {
        open: (client) => this.#open(client),
        data: ({ data }, part) => void this.#fromClient(data, part),
        close: ({ data }) => void data.server?.end(),
      },
    });
  }

  async #open(client: Socket<Way>): Promise<void> {
    const way: Way = { client, server: undefined, isSilent: false };
    client.data = way;
    client.pause();
    way.server = await Bun.connect<Way>({
      unix: this.#target,
      data: way,
      socket: { data: (_, part) => void this.#fromServer(way, part), close: () => void client.end() },
    });
    client.resume();
  }

  async #fromClient(way: Way, part: Uint8Array): Promise<void> {
    const isCommit = !this.#isWhole && isAbout(part);
    if (isCommit && this.#at === "before") return this.#cut(way);
    way.isSilent ||= isCommit;
    way.server?.write(part);
    if (isCommit && this.#at === "during") await this.#cut(way);
  }

  async #fromServer(way: Way, part: Uint8Array): Promise<void> {
    if (!way.isSilent) way.client.write(part);
    else if (isAbout(part)) await this.#cut(way);
  }

  async #cut({ client, server }: Way): Promise<void> {
    this.cuts++;
    if (this.#at === "before") server?.terminate();
    await this.#onCut();
    client.terminate();
  }
}

/** The command and its answer both have the word in them. */
const isAbout = (part: Uint8Array): boolean => Buffer.from(part).includes("COMMIT");
