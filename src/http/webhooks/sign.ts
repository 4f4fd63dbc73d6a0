/** How messages are signed: as Standard Webhooks say, by their library. */
import { PeerageError } from '../../error.ts';
import { isMissing } from '../missing.ts';

/** Signs a message: id, date, body. */
export type Sign = (secret: string, id: string, date: Date, body: string) => string;

/** @throws PeerageError `missing-package`. */
export async function loadSign(): Promise<Sign> {
  try {
    const { Webhook: Signer } = await import('standardwebhooks');
    return (secret, id, date, body) => new Signer(secret).sign(id, date, body);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const reason = 'is not installed, and webhooks are signed by it: npm install standardwebhooks';
    throw new PeerageError('missing-package', reason, { value: 'standardwebhooks' });
  }
}
