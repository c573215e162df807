import { createOpening } from './cases/opening.ts';
import { createReading } from './cases/reading.ts';
import { handleTimers } from './cases/timers.ts';
import type { CaseDeps, CaseListener, NewCase } from './cases/types.ts';
import { createWorking } from './cases/working.ts';

export { asCaseNumber } from './cases/input.ts';
export type { CaseQuery, CaseStatus, CaseView, ServiceRequest } from './cases/reading.ts';
export type {
  CaseDeps,
  CaseListener,
  CaseStore,
  FieldOrderPort,
  NewCase,
  OpenAnswer,
} from './cases/types.ts';
export { type CaseOutcome, type ContactWay, contactWays, outcomes } from './cases/working.ts';

export type CaseService = ReturnType<typeof createCaseService>;

/**
 * What customers report and complain of, from the first word until it is settled and they were told: in Open311's
 * terms, with deadlines on the business calendar and a history that is only ever added to.
 */
export function createCaseService(deps: CaseDeps) {
  const overdue: CaseListener[] = [];
  const closed: CaseListener[] = [];
  const located: CaseListener[] = [];
  const { open, onOpened, watch, order } = createOpening(deps, { located });
  located.push(order);
  handleTimers(deps, { overdue });
  return {
    /** Opens a case; what becomes of it is told by its number. */
    open: (request: NewCase) => open(request),
    /** The same where there is at most one open case for what `openKey` names. */
    openOnce: (request: NewCase, openKey: string) => open(request, openKey),
    ...createWorking(deps, { watch, closed, located }),
    ...createReading(deps),
    onOpened,
    /** Told of a case that is past a deadline; perhaps twice after a crash. */
    onOverdue: (listener: CaseListener): void => void overdue.push(listener),
    onLocated: (listener: CaseListener): void => void located.push(listener),
    onClosed: (listener: CaseListener): void => void closed.push(listener),
  };
}
