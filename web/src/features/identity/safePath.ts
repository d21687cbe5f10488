/** A path of ours to go to; anything that could lead elsewhere is the home page. */
export function safePath(wish: string | undefined): string {
  if (!wish?.startsWith("/") || wish.startsWith("//")) return "/";
  for (const letter of wish) {
    if (letter <= " " || letter === "\\") return "/";
  }
  return wish;
}
