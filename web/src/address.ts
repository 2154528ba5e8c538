// Where sessions are. Behind a balancer those who say the same room reach the same instance: a session, also after a reload of its
// page, and who watches it.
const WATCHED = /^#watch=(\w+)(?:&room=(\w+))?$/;
const STORED = "plyo.room";
const ownRoom = sessionStorage.getItem(STORED) ?? Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(16)).join("");
sessionStorage.setItem(STORED, ownRoom);

/** The session that the address asks to follow: /#watch=ID&room=ROOM. */
export const watchedId = (): string | null => WATCHED.exec(location.hash)?.[1] ?? null;

const room = (): string => WATCHED.exec(location.hash)?.[2] ?? ownRoom;

export const liveUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/live?room=${room()}`;

/** Whether another device may call the page by the address that it has here. */
export const isReachable = (): boolean => !/^(localhost|127\..*|\[::1\])$/.test(location.hostname);

export const watchUrl = (id: string): string => `${location.origin}/#watch=${id}&room=${room()}`;
