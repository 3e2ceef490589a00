function setHome(link) {
  try { link.style.behavior = "url(#default#homepage)"; link.setHomePage(location.href); }
  catch (e) { alert("请在浏览器设置中把本站设为首页"); }
}
function addFavorite() {
  if (window.external && "AddFavorite" in window.external) { window.external.AddFavorite(location.href, document.title); }
  else { alert("请按 Ctrl+D 收藏本页"); }
}
function shareTo(name) {
  var board = { title: document.title, url: location.href, site: name };
  window.prompt("复制下面的地址分享给朋友", board.title + " " + board.url);
}
(function () {
  var seen = { page: location.pathname, from: document.referrer, width: screen.width };
  window.siteCounter = window.siteCounter || [];
  window.siteCounter.push(["pageview", seen.page, seen.from, seen.width]);
})();
