import { Session } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A CPU profile as V8 writes it. */
export type Profile = { nodes: ProfileNode[]; samples: number[]; timeDeltas: number[] };
export type ProfileNode = { id: number; callFrame: CallFrame; children?: number[] };
export type CallFrame = { functionName: string; url: string; lineNumber: number };

/** What this process does during so many milliseconds. */
export async function profiled(ms: number): Promise<Profile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await sleep(ms);
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile as Profile;
}
