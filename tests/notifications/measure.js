// What a reader sees of the document: its width, and of every text its size, its place and its contrast.
(() => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((value) => value / 255)
      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  // The ground is the nearest element with a colour of its own; a page without one is white.
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = channels(getComputedStyle(each).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error("half transparent ground");
    }
    return [255, 255, 255];
  };
  // Neither black nor the blue of a link: those are what a program takes where nothing is said.
  const said = (colour) => !["rgb(0, 0, 0)", "rgb(0, 0, 238)"].includes(colour);
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    if (!words) continue;
    const style = getComputedStyle(walker.currentNode.parentElement);
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const places = [...range.getClientRects()];
    texts.push({
      words,
      size: parseFloat(style.fontSize),
      contrast: contrast(channels(style.color), ground(walker.currentNode.parentElement)),
      coloured: said(style.color),
      left: Math.min(...places.map((place) => place.left)),
      right: Math.max(...places.map((place) => place.right)),
    });
  }
  const root = document.documentElement;
  return { mode: document.compatMode, width: root.clientWidth, filled: root.scrollWidth, texts };
})()
