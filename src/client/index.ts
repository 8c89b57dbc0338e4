export { followLive } from './follow-live.ts';
export type { Follower, FollowOptions } from './follow-options.ts';
export type { GraphError, WebSocketClass, WebSocketLike } from './graphql-socket.ts';
export { LiveError, type LiveErrorCode } from './live-error.ts';
export type { LiveEvent } from './live-event.ts';
