import { pino } from 'pino';
import { joinEmbedded } from '../../../models/store/embedded/join.ts';

/** An application that joins the store of the directory it is given, tells its parent, and stays until it is ended. */
const joined = await joinEmbedded({
  dataDir: process.argv[2] as string,
  synchronous: 'NORMAL',
  log: pino({ level: 'silent' }),
  store: { graceMs: 50 },
});
process.send?.({ storePid: joined.pid() });
process.on('SIGTERM', () => void joined.leave().then(() => process.exit(0)));
setInterval(() => {}, 60_000);
