import { startSimulator } from '#simulator/start-simulator.ts';

/** The simulator as the measurements need it: nobody is asked, no call is kept. Steered over its control API. */
const simulator = await startSimulator({
  port: Number(process.env['BENCH_PORT']),
  accounts: { [process.env['BENCH_APPID'] ?? '']: process.env['BENCH_SECRET'] ?? '' },
  behaviour: { consent: 'silent' },
  log: false,
});
process.once('SIGTERM', () => void simulator.close().then(() => process.exit()));
