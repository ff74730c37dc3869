/** How many nights of frost the bloom meets. */
export const bloomAtRisk = (_bloom, nights) => nights.filter(({ low }) => low < 0).length
