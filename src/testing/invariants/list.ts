/** The list: what trust is claimed to satisfy, by theme, and then what it is known not to. */
import type { Invariant } from '../invariant.ts';
import { ringNeutrality, selfBoost, slanderBound, whitewashing, worthlessSlander } from './attacks.ts';
import { edgeFromNowhere, edgeMultiplication, edgeSwap, isolatedNewcomer, nodeRedirect } from './axioms.ts';
import { massAndPositivity, order, renaming, undo } from './basic.ts';
import { credentialChange, linearity } from './credentials.ts';
import { editLocality, largestGain, rankMonotone, revocation, scoreMonotone } from './edits.ts';
import { certificate, contraction, history, longerWalks, topDown } from './equations.ts';
import { baseline, decayWithDistance, noEdgeNoTrust, restartFloor, support } from './mass.ts';
import {
  dilutedObjection,
  freeNames,
  linearityOfShares,
  noHarm,
  ownVoice,
  rankFromNothing,
  sybilProofness,
} from './negative.ts';
import { crowdOfFakes, gullibility, regionBound } from './region.ts';

/** All invariants, in the order in which they are printed. */
export const invariants: readonly Invariant[] = Object.freeze([
  // Where trust comes from, and how far it goes.
  massAndPositivity,
  restartFloor,
  support,
  noEdgeNoTrust,
  baseline,
  decayWithDistance,
  // What may be changed without changing trust.
  renaming,
  edgeMultiplication,
  edgeFromNowhere,
  isolatedNewcomer,
  nodeRedirect,
  edgeSwap,
  order,
  undo,
  history,
  // What a change does.
  scoreMonotone,
  rankMonotone,
  largestGain,
  revocation,
  editLocality,
  linearity,
  credentialChange,
  // What fakes, rings and slander can do.
  regionBound,
  gullibility,
  crowdOfFakes,
  selfBoost,
  ringNeutrality,
  worthlessSlander,
  slanderBound,
  whitewashing,
  // The equations.
  certificate,
  topDown,
  longerWalks,
  contraction,
  // What does not hold.
  noHarm,
  ownVoice,
  sybilProofness,
  linearityOfShares,
  freeNames,
  rankFromNothing,
  dilutedObjection,
]);
