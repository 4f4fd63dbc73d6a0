/** The page at `/`, for people. */
import type { Group } from '../app.ts';

export const pageRoutes: Group = (app) => {
  app.get('/', (c) => c.html('<!doctype html><title>Peerage</title>'));
};
