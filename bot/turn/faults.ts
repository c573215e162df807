/** The steps of a message, in order; a test may end the process at any of them. */
export const steps = [
  'receive.looked',
  'receive.stored',
  'turn.begun',
  'turn.pinned',
  'turn.acted',
  'turn.ran',
  'commit.done',
  'project.written',
  'project.pulled',
  'deliver.claimed',
  'deliver.sent',
  'deliver.recorded',
] as const;
export type Step = (typeof steps)[number];

/** Told at each step; the product does nothing there. */
export type Faults = (step: Step) => void | Promise<void>;
export const noFaults: Faults = () => {};
