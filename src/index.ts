/** Door ".": embed the engine. The public list, nothing else. */

export type { EngineListeners, EngineOptions, Settling } from './engine.ts';
export { TrustEngine } from './engine.ts';
export type { ErrorCode } from './error.ts';
export { PeerageError } from './error.ts';
export type { Event, EventInput, Milliseconds } from './event.ts';
export { parseEvent } from './event.ts';
export type { Movement, MovementOptions } from './movement.ts';
export type { Policy, PolicyInput, Preset } from './policy.ts';
export { parsePolicy, presets } from './policy.ts';
export type { Score, Scores } from './scores.ts';
export type { View, ViewScore } from './view.ts';
export type { Move, Passing, Place } from './what-if/shift.ts';
export type { Supposition } from './what-if/supposition.ts';
export type { WhatIf, WhatIfOptions } from './what-if/what-if.ts';
