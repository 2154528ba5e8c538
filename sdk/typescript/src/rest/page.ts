/** An answer that is on its way: `await` gives the object, `withResponse()` also the HTTP response with its headers (`ETag`). */
export class ApiPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  constructor(protected readonly answer: Promise<{ data: T; response: Response }>) {
    super((resolve) => resolve(undefined as T)); // never looked at: `then` is that of the answer
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.answer.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  /** The response's body has been read. */
  withResponse(): Promise<{ data: T; response: Response }> {
    return this.answer;
  }
}

/** A part of a list, newest first. Iterating it goes on over the pages behind it. */
export class Page<T> implements AsyncIterable<T> {
  constructor(
    readonly data: T[],
    /** Null on the last page. */
    readonly next_cursor: string | null,
    private readonly fetchPage: (cursor: string) => PagePromise<T>,
  ) {}

  get hasNextPage(): boolean {
    return this.next_cursor !== null;
  }

  /** Null behind the last page. */
  async nextPage(): Promise<Page<T> | null> {
    return this.next_cursor === null ? null : this.fetchPage(this.next_cursor);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (let page: Page<T> | null = this; page; page = await page.nextPage()) yield* page.data;
  }
}

/** `await` gives the first page; `for await` every object of the list. */
export class PagePromise<T> extends ApiPromise<Page<T>> implements AsyncIterable<T> {
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* await this;
  }
}
