/** For mutation tests: one seed for every property, and no shrinking, since nobody reads what it shrinks to. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20261122, endOnFailure: true });
