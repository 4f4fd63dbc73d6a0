/**
 * What a report holds: the one JSON that the command puts into the page and the page draws. Types only, so
 * that the page shares them and none of the program. A part that is undefined was not to be had, and the page
 * leaves its section out; where there is a reason to tell, it is in `omitted`.
 */
import type { Policy } from '../policy.ts';
import type { Score } from '../scores.ts';

export interface ReportData {
  readonly title: string;
  /** Names of the files it was made from, and the version of the program that made it. */
  readonly files: readonly string[];
  readonly credentialFiles: readonly string[];
  readonly version: string;
  readonly policy: Policy;
  /** The policy in one line of words. */
  readonly policyWords: string;
  readonly sequence: number;
  readonly bound: number;
  readonly tolerance: number;
  readonly order: number;
  readonly size: number;
  readonly endorsements: number;
  readonly objections: number;
  readonly credentials: number;
  /** Epoch milliseconds of the first and the last dated statement. */
  readonly dates?: { readonly first: number; readonly last: number };
  /** In rank order, the first ones only. */
  readonly top: ScoreTable;
  readonly held: HeldPart;
  readonly waist?: WaistPart;
  /** Share of trust still delivered without the k strongest carriers, by k. */
  readonly survival?: readonly (readonly [number, number])[];
  readonly findings: readonly string[];
  readonly history?: readonly Moment[];
  readonly dial?: DialPart;
  readonly graph?: GraphPart;
  /** Of the contributors of the graph, in the same order. */
  readonly explanations: readonly Explanation[];
  /** Why a section is missing. */
  readonly omitted: { readonly history?: string };
}

/** Scores as rows, since names of fields in each of thousands are most of a file. */
export interface ScoreTable {
  readonly columns: readonly (keyof Score)[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface HeldPart {
  readonly gini: number;
  readonly top1: number;
  readonly top10: number;
  readonly effective: number;
  readonly nakamoto50: number;
  /** Share of the contributors, least trusted first, and of the trust that they hold together. */
  readonly lorenz: readonly Point[];
}

export type Point = readonly [number, number];

export interface WaistPart {
  /** Credential holders counted as carriers, and not. */
  readonly all: Waist;
  readonly peers: Waist;
  /** 1 - waist / fewest contributors who hold the same share; null where there is no waist. */
  readonly hourglass: number | null;
  readonly walks: number;
  readonly seed: number;
  /** Who has less than this share of all credentials counts as without one. */
  readonly holdersFrom: number;
  /** Of the shares: half the width of a 95% interval. */
  readonly error: number;
}

export interface Waist {
  /** Fewest contributors who together stand in 50% and 90% of the deliveries; null where none can. */
  readonly w50: number | null;
  readonly w90: number | null;
  readonly carriers: readonly { readonly contributor: string; readonly share: number }[];
  /** How many carriers, and the share of deliveries that they stand in together. */
  readonly curve: readonly Point[];
}

/** The community as it stood at a date. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly order: number;
  readonly endorsements: number;
  readonly gini: number;
  /** What the contributors who are most trusted today had then. */
  readonly topShares: readonly { readonly contributor: string; readonly trust: number }[];
}

export interface DialPart {
  /** By rising balance. */
  readonly points: readonly DialPoint[];
  /** Walks at each point, and the 95% sampling error of shares of deliveries. */
  readonly walks: number;
  readonly error: number;
}

export interface DialPoint {
  readonly balance: number;
  readonly w50: number | null;
  readonly survive10: number | null;
  readonly top1: number;
  /** Rank agreement with the policy in force, -1..1. */
  readonly agreement: number | null;
}

export interface GraphPart {
  readonly nodes: readonly GraphNode[];
  /** Those that are drawn: the largest received by each. */
  readonly edges: readonly GraphEdge[];
  /** Endorsements and objections among the nodes, drawn or not. */
  readonly pairs: number;
}

export interface GraphNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly trust: number;
  readonly standing: number;
  /** Holds a credential in force. */
  readonly credential: boolean;
}

export interface GraphEdge {
  /** Places in `nodes`. */
  readonly source: number;
  readonly target: number;
  /** Share of the target's mass that comes this way; for an objection what it costs. */
  readonly weight: number;
  readonly against: boolean;
}

/** Why one contributor has the trust it has. */
export interface Explanation {
  readonly contributor: string;
  readonly mass: number;
  readonly voice: number;
  /** Add up to the mass, with the others. */
  readonly parts: readonly Part[];
  readonly others: Rest;
  /** Add up to what the voice is less than the mass, with the other ones. */
  readonly objections: readonly Cost[];
  readonly otherObjections: Rest;
  readonly words: readonly string[];
}

/** What is not told one by one. */
export interface Rest {
  readonly count: number;
  /** Of the contributor's mass. */
  readonly share: number;
}

export interface Part {
  /** The endorser; null for restart. */
  readonly from: string | null;
  readonly why: 'endorsed' | 'credential' | 'equal' | 'earned';
  /** Of the contributor's mass. */
  readonly share: number;
  /** What was said, in short, such as "review 3×, 2019 to 2021". */
  readonly said: string;
}

export interface Cost {
  readonly from: string;
  /** Of the contributor's mass: what it takes. */
  readonly share: number;
  readonly said: string;
}
