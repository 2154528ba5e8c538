/** What a media message carries (contract/stream.yaml, `media`). */
export const MediaKind = { h264: 1, jpeg: 2, landmarks: 3 } as const;
export type MediaKind = (typeof MediaKind)[keyof typeof MediaKind];

/** Landmarks of one person, in the order of BlazePose. */
export const LANDMARKS = 33;
const HEADER_BYTES = 24;
const PERSON_BYTES = 8 + LANDMARKS * 4 * 4 + LANDMARKS * 3 * 4;
const MOST_PEOPLE = 6;
const MOST_BYTES = 1024 * 1024;

export interface MediaPicture {
  kind: MediaKind;
  /** A key picture, from which a decoder can begin (H.264). */
  key: boolean;
  /** Capture time, µs on the client's clock, whole, never backwards. */
  captureUs: number;
  /** px */
  width: number;
  height: number;
  payload: Uint8Array;
}

/** One binary message, ready to send. Throws RangeError where the server would refuse it. */
export function encodeMedia(sequence: number, picture: MediaPicture): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(picture.captureUs) || picture.captureUs < 0) throw new RangeError("captureUs must be whole and not negative");
  if (HEADER_BYTES + picture.payload.byteLength > MOST_BYTES) throw new RangeError("a media message holds at most 1 MiB");
  const message = new Uint8Array(HEADER_BYTES + picture.payload.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, picture.kind);
  view.setUint8(2, picture.key ? 1 : 0);
  view.setUint32(4, sequence >>> 0, true);
  view.setBigUint64(8, BigInt(picture.captureUs), true);
  view.setUint16(16, picture.width, true);
  view.setUint16(18, picture.height, true);
  view.setUint32(20, picture.payload.byteLength, true);
  message.set(picture.payload, HEADER_BYTES);
  return message;
}

export interface PersonLandmarks {
  track: number;
  /** 0 to 1 */
  presence: number;
  /** 33 × (x, y, z in px of the picture, visibility 0 to 1). */
  image: ArrayLike<number>;
  /** 33 × (x, y, z in m). */
  world: ArrayLike<number>;
}

/** The payload of a landmarks message. */
export function packLandmarks(people: readonly PersonLandmarks[]): Uint8Array {
  if (people.length > MOST_PEOPLE) throw new RangeError(`at most ${MOST_PEOPLE} people`);
  const payload = new Uint8Array(people.length * PERSON_BYTES);
  const view = new DataView(payload.buffer);
  let at = 0;
  const put = (values: ArrayLike<number>, count: number): void => {
    if (values.length !== count) throw new RangeError(`${count} numbers wanted, ${values.length} given`);
    for (let i = 0; i < count; i++, at += 4) view.setFloat32(at, values[i]!, true);
  };
  for (const person of people) {
    view.setUint32(at, person.track, true);
    view.setFloat32(at + 4, person.presence, true);
    at += 8;
    put(person.image, LANDMARKS * 4);
    put(person.world, LANDMARKS * 3);
  }
  return payload;
}
