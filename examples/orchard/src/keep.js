/** How many weeks a bin keeps in store. */
export const weeksInStore = (_lines) => 20
