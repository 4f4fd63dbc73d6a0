/**
 * With PEERAGE_SEED set every property draws from that seed, so that a run can be repeated as a whole; CI
 * sets it. Without it properties draw anew in every run, and print the seed of what they find.
 */
import fc from 'fast-check';

const seed = process.env.PEERAGE_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
