/** Door ".": embed the engine. The public list, nothing else. */

export type { EngineListeners, EngineOptions, OpenOptions, Settling, Taken } from './engine.ts';
export { TrustEngine } from './engine.ts';
export type { ErrorCode } from './error.ts';
export { PeerageError } from './error.ts';
export type { Event, EventInput, Milliseconds } from './event.ts';
export { parseEvent } from './event.ts';
export type { AuditOptions } from './insight/audit.ts';
export type { Audit, Finding } from './insight/audited.ts';
export type { Dial, DialOptions, DialPoint } from './insight/dial.ts';
export type {
  ExplainBy,
  ExplainedObjection,
  ExplainedPart,
  ExplainedRest,
  ExplainedStatement,
  ExplainOptions,
  Explanation,
} from './insight/explain/explanation.ts';
export type { Recommendation } from './insight/recommend.ts';
export { recommendBalance } from './insight/recommend.ts';
export type { Reading, SteerOptions } from './insight/steer.ts';
export { steer } from './insight/steer.ts';
export type { Communities, Pairs } from './insight/suspicious.ts';
export type { Appended, Entry, Head, Ledger, LedgerSnapshot, Verification } from './ledger/contract.ts';
export type { Movement, MovementOptions } from './movement.ts';
export type { Policy, PolicyInput, Preset } from './policy.ts';
export { parsePolicy, presets } from './policy.ts';
export type { Score, Scores } from './scores.ts';
export type { Outcome, Settler, Task } from './settler/task.ts';
export type { View, ViewScore } from './view.ts';
export type { Move, Passing, Place } from './what-if/shift.ts';
export type { Supposition } from './what-if/supposition.ts';
export type { WhatIf, WhatIfOptions } from './what-if/what-if.ts';
