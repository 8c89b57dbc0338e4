/** Loaded before the server where its memory is measured, with --expose-gc: garbage is not what a subscriber costs. */
process.on('SIGUSR2', () => globalThis.gc?.());
