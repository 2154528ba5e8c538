/** One server-sent event. */
export interface ServerSentEvent {
  /** `message` where it was not named. */
  event: string;
  data: string;
  id: string;
}

/**
 * The events of a `text/event-stream`, however its bytes were cut. What is not ended by an empty line is no event. `heard` is called
 * for all that comes, comments among it.
 */
export async function* parseEvents(stream: ReadableStream<Uint8Array>, heard?: () => void): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let id = "";
  let data: string[] = [];
  const lineEnd = /[\r\n]/g;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      heard?.();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      let begin = 0;
      for (;;) {
        lineEnd.lastIndex = begin;
        const end = lineEnd.exec(rest)?.index;
        if (end === undefined) break;
        // A \r at the very end may be half of \r\n.
        if (rest[end] === "\r" && end + 1 === rest.length && !done) break;
        const line = rest.slice(begin, end);
        begin = end + (rest[end] === "\r" && rest[end + 1] === "\n" ? 2 : 1);
        if (line === "") {
          if (data.length) yield { event: event || "message", data: data.join("\n"), id };
          event = "";
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
        if (field === "data") data.push(text);
        else if (field === "event") event = text;
        else if (field === "id" && !text.includes("\0")) id = text;
      }
      rest = rest.slice(begin);
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
