/** How many items there are of each kind. */
export function count(items, kindOf) {
  const counts = {}
  for (const item of items) counts[kindOf(item)] = (counts[kindOf(item)] ?? 0) + 1
  return counts
}

/** The sum of one number of each item. */
export const sum = (items, numberOf) => items.reduce((total, item) => total + numberOf(item), 0)
