/**
 * For mutation tests: one seed and fewer runs for every property that does not set its own, and no shrinking,
 * since nobody reads what it shrinks to.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20261122, numRuns: 40, endOnFailure: true });
