// Ground
export * from './plot.js'
export * from './soil.js'

// Market
export * from './customer.js'
export * from './price.js'

// Measures
export * from './count.js'
export * from './round.js'

// Picking
export * from './crate.js'
export * from './ladder.js'
export * from './pick.js'

// Press
export * from './must.js'
export * from './sugar.js'

// Reports
export * from './day.js'
export * from './table.js'

// Store
export * from './cellar.js'
export * from './loss.js'

// Trees
export * from './crown.js'
export * from './spacing.js'
