/** A name for a text that is safe in a URL: `Hello World` → `hello-world`. */
export function slugify(text) {
  return text.toLowerCase().replaceAll(' ', '-')
}
