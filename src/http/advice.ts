/** What to do about each problem that a caller can be told of, for whoever follows its `type`. */
import type { ProblemCode } from './problem.ts';

const SEND_LATER =
  'Nothing was taken. Ask again after the seconds of Retry-After; ids and Idempotency-Key make it safe.';

export const ADVICE: Partial<Record<ProblemCode, string>> = {
  'bad-request':
    'The request can not be read: look at its address, headers and Idempotency-Key as they are sent.',
  'bad-json':
    'Send one value of JSON in UTF-8, no key twice in an object, no deeper and no longer than the detail says.',
  'bad-utf8': 'Send the body in UTF-8.',
  'bad-media-type': 'Send the body uncompressed, with the Content-Type that the detail names.',
  'bad-option':
    'Correct the field that is named: /openapi.json has what each route takes, and in which range.',
  'bad-cursor': 'Send the cursor as the page before gave it in `next`, to the same community.',
  'old-cursor': 'The scores of that listing are no longer kept: begin again without a cursor.',
  'bad-event': 'Correct the event at the index or line that is named; nothing of the request was taken.',
  'bad-id':
    'Ids of communities are 1 to 64 of A-Z a-z 0-9 . _ -, those of contributors 1 to 4096 bytes of Unicode.',
  'bad-weight': 'Send a weight that is a number within the range that the detail names.',
  'bad-date': 'Send a date as ISO 8601 or as epoch milliseconds.',
  'missing-date': 'Send `at`, the date, with this event.',
  'too-late': 'Send a date that is not later than the detail allows.',
  'bad-policy': 'Correct the field that is named: `PolicyInput` in /openapi.json has the ranges.',
  'unknown-kind': 'Send a kind that the policy names, or change the policy first.',
  'unknown-event': 'Look whether `of` is the id of an event that was taken.',
  'already-retracted': 'Nothing is left to do: the event was taken back before.',
  'id-conflict': 'Another event was taken under this id: send yours under another.',
  'unknown-contributor':
    'Look at `nearest`, or ask again at a later sequence: a contributor exists from its first event on.',
  'unknown-issuer': 'Name an issuer of a credential that is in force.',
  'unknown-community': 'Make it by PUT with a key for all communities, or ask with a key that is for it.',
  'unknown-key': 'List keys for their ids: this one is not there, has expired or is revoked.',
  'unknown-webhook': 'List the webhooks of the community for their ids.',
  'unknown-delivery': 'List the dead messages of the webhook for their ids.',
  'unknown-sequence': 'That sequence is not kept any more, or not reached yet: begin anew from the scores.',
  unauthorized: 'Send a key that is valid: Authorization: Bearer pk_...',
  forbidden:
    'Ask with a key that has the scope; where no key has been made, from this machine by the name localhost.',
  'no-route': 'Look the path up in /openapi.json.',
  'bad-method': 'Use a method of the header Allow.',
  'slow-request': 'Send the whole request sooner, in smaller parts if need be; nothing of it was taken.',
  'not-empty': 'Say `after` with the sequence at which the ledger stands, and send what comes after it.',
  'fixed-community':
    'The program that holds this server made its one community; it is not made or ended from here.',
  'too-many-webhooks': 'Delete a webhook of the community that is no longer needed, then ask again.',
  'in-progress': 'The same is being done already: ask again when that is over.',
  'precondition-failed': 'It has changed since you read it: read it again, and send the ETag of that.',
  'other-request': 'The Idempotency-Key was used for other events: send these under another.',
  'too-large': 'Send less at a time: docs/operations.md has the limits.',
  'long-line': 'Send shorter lines: docs/operations.md has the limits.',
  'long-headers': 'Send a shorter path, or fewer and shorter headers; POST takes ids in its body.',
  'rate-limited': 'Ask less often: RateLimit says what is left, Retry-After when to ask again.',
  behind: 'The scores do not take that sequence into account yet: ask again, or without demanding it.',
  'not-settled': 'The bound that is demanded is not proven yet: ask again, or demand a wider one.',
  overloaded: SEND_LATER,
  closing:
    'This service is about to end: ask again, and another will answer or this one when it has started anew.',
  'ledger-locked':
    'Another program holds the ledger. Whoever runs the service ends that one; then ask again.',
  'ledger-failed':
    'The ledger can not be read or written now. What was not acknowledged may be sent again with its ids.',
  'ledger-closed': 'The ledger is closed. Whoever runs the service starts it anew; then ask again.',
  'erasure-pending':
    'What was erased is gone from all answers, and old pages of the files are scrubbed once nobody reads them: ask again until that is done.',
  'ledger-full': 'There is no room left for the ledger. Whoever runs the service makes some; then ask again.',
  'missing-package': 'Whoever runs the service installs the package that the detail names.',
  internal:
    'Something went wrong here. Tell whoever runs the service the id of the request: the log knows more.',
};
