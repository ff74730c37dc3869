const METRES = { M9: 1.5, M25: 7, MM106: 3.5 }

/** How far apart trees on a rootstock stand, in metres. */
export const spacingOf = (rootstock) => METRES[rootstock]
