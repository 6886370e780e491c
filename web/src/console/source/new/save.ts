/** Saves a text as a file. */
export function saveText(name: string, text: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name.split("/").pop() ?? name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
