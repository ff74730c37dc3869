/** The area of a plot of trees, in square metres. */
export const plotArea = ({ rows, trees, spacing }) => rows * trees * spacing ** 2
