import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Server } from 'restify';
import type { Wakeups } from '../adapters/channel.ts';
import { mountConsoleApi, mountConsoleWeb } from '../console/api/index.ts';
import type { TaskDialog } from '../dialogs/form/task.ts';
import type { Services } from '../dialogs/services.ts';
import type { Conversation } from '../models/conversation.ts';
import type { AuditService } from '../services/audit.ts';
import type { DistrictClock } from '../services/clock.ts';
import { createCsrsService, seedSampleCsrs } from '../services/csrs.ts';
import { createDeskService, type Identity } from '../services/desk.ts';
import type { Policy } from '../services/policy.ts';
import { loadSampleData } from '../services/sampleData.ts';
import type { TranscriptService } from '../services/transcript.ts';
import { createCompleters, createFieldCheck, fieldsOf } from './completers.ts';
import type { Config } from './config.ts';

type DeskParts = {
  config: Config;
  clock: DistrictClock;
  wakeups: Wakeups;
  log: Logger;
  policy: Policy;
  transcript: TranscriptService;
  changed(conversation: Conversation): void;
  newId(): string;
  tasks: TaskDialog[];
  services: Services;
  identity: Identity;
  audit: AuditService;
  clientAddress?: ((request: IncomingMessage) => string) | undefined;
};

/** The CSR desk at /console: its API and its page. In the sandbox the sample CSRs can sign in. */
export async function mountDesk(server: Server, parts: DeskParts) {
  const { config, clock, wakeups, log, policy, transcript, changed, newId, tasks } = parts;
  const { services, identity, audit, clientAddress } = parts;
  const csrs = createCsrsService({ clock, log });
  const desk = createDeskService({
    clock,
    policy,
    wakeups,
    log,
    districtName: policy.district.name,
    findCsr: csrs.speaker,
    findCsrByEmail: csrs.speakerByEmail,
    transcript,
    changed,
    newId,
    completers: createCompleters(tasks, services, clock),
    identity,
    work: { ...services, note: audit.note },
    taskFields: (kind) => fieldsOf(tasks, kind),
    checkField: createFieldCheck(tasks, services, clock),
  });
  const secureCookies = config.http.publicUrl.startsWith('https:');
  const api = mountConsoleApi(server, {
    desk,
    csrs,
    wakeups,
    log,
    secureCookies,
    clientAddress,
    districtName: policy.district.name,
    timeZone: policy.district.timeZone,
  });
  mountConsoleWeb(server);
  const samplePassword = config.sandbox ? await sandboxPassword(config) : null;
  if (samplePassword) {
    const { csrs: samples } = await loadSampleData(config.districtDir);
    await seedSampleCsrs({ csrs: samples } as Parameters<typeof seedSampleCsrs>[0], samplePassword);
  }
  return { close: api.close, samplePassword };
}

/** The sample CSRs' password: the one that is set, or one made at the first start and kept beside the data. */
async function sandboxPassword({ sandboxPassword: given, dataDir }: Config): Promise<string> {
  if (given) return given;
  const file = path.join(dataDir, 'sandbox-password');
  await mkdir(dataDir, { recursive: true });
  try {
    await writeFile(file, randomBytes(9).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  await chmod(file, 0o600);
  return (await readFile(file, 'utf8')).trim();
}
