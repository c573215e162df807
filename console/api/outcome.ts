import type { Response } from 'restify';
import { type Outcome, type Refusal, toEntryView } from '../../services/desk.ts';
import { HttpError, sendJson } from './http.ts';

/** A verb's result as an answer: what was done is told by its entry, the same on a repeat. */
export function sendOutcome(response: Response, outcome: Outcome, conversationId: string): void {
  if (!outcome.ok) throw refused(outcome, conversationId);
  const { seq, entry } = outcome;
  sendJson(response, 200, {
    conversationId,
    version: entry?.seq ?? seq,
    entry: entry && toEntryView(entry, conversationId),
  });
}

function refused(refusal: Refusal, conversationId: string): HttpError {
  switch (refusal.reason) {
    case 'notFound':
      return new HttpError(404, 'notFound', 'There is no such conversation');
    case 'taken':
      return new HttpError(
        409,
        'taken',
        `${refusal.by?.name ?? 'Another CSR'} has this conversation`,
        by(refusal.by),
      );
    case 'notYours':
      return new HttpError(
        409,
        'notYours',
        refusal.by ? `${refusal.by.name} has this conversation` : 'Take the conversation first',
        by(refusal.by),
      );
    case 'stale':
      return new HttpError(409, 'stale', 'The customer has written since', {
        newer: refusal.newer.map((entry) => toEntryView(entry, conversationId)),
      });
    case 'closed':
      return new HttpError(409, 'closed', 'This conversation is resolved');
    case 'noTask':
      return new HttpError(409, 'noTask', 'There is no task here');
    case 'notCompletable':
      return new HttpError(409, 'notCompletable', 'This kind of task cannot be completed from the desk');
    case 'notCompleted':
      return new HttpError(409, 'notCompleted', refusal.message ?? 'The task could not be completed', {
        why: refusal.why,
      });
    case 'requestIdReused':
      return new HttpError(409, 'requestIdReused', 'This requestId was used for something else');
    case 'notMatched':
      return new HttpError(400, 'notMatched', 'No account has this number and ZIP code');
    case 'notAPhotoId':
      return new HttpError(400, 'notAPhotoId', 'That is not a photo ID that counts');
    case 'noSuchCsr':
      return new HttpError(400, 'noSuchCsr', 'There is no other CSR with this e-mail');
    case 'unknownField':
      return new HttpError(400, 'unknownField', `This task has no field ${refusal.field}`);
    case 'badField':
      return new HttpError(400, 'badField', `${refusal.field}: ${refusal.why}`, {
        field: refusal.field,
        why: refusal.why,
      });
  }
}

const by = (csr: { name: string; email: string } | null) => ({
  by: csr && { name: csr.name, email: csr.email },
});
