// Asks for this page again when it is time to, also where a form led to it; without a script its refresh does.
setTimeout(() => location.replace(location.href.split('#')[0]), document.body.dataset.reloadS * 1000);
