# SPDX-License-Identifier: MIT
# Copyright (c) the Whimbrel authors
# shellcheck shell=bash disable=SC2034,SC2154
#
# nginx: the origin of most tests. Sourced behind try.sh.
#
#   site NAME OPTIONS [DIRECTIVES]   a site: $NAME is its URL, $NAME_port its port; OPTIONS are of
#                                    `listen`, and "ssl" among them makes it one of TLS
#   start_nginx                      serves them; what lies in $www, and:
#
#   /tls      version, cipher, r for a resumed session, the number of the request on its connection
#   /who      the client: its address, by PROXY line and by forwarding header; its certificate
#   /echo     method, and the length of the body
#   /chunked  files of $www in chunks
#   /slow     says no, in 60 ms
#   /login    the credentials, and the hash of the body that S3 is told
#   /close    as /tls, and the connection ends
#   /put      takes what is PUT and keeps it in $www/put
need nginx nginx

www=$work/www
sites=
mkdir -p "$www/put" "$work/nginx"

site() {
    local name=$1 options=$2 directives=${3-} scheme=http

    free_port
    case $options in *ssl*)
        scheme=https
        case $directives in *ssl_certificate\ *) ;; *) directives+="
            ssl_certificate $certs/server.pem; ssl_certificate_key $certs/server.key;" ;;
        esac
        ;;
    esac
    sites+="server { listen 127.0.0.1:$port $options; $directives include $work/places.conf; }
"
    declare -g "$name=$scheme://127.0.0.1:$port" "${name}_port=$port"
}

write_nginx_conf() {
    cat >"$work/places.conf" <<'END'
location = /tls { return 200 "$ssl_protocol $ssl_session_reused $connection_requests\n"; }
location = /cipher { return 200 "$ssl_cipher $ssl_curve $ssl_alpn_protocol $ssl_server_name\n"; }
location = /close { keepalive_timeout 0; return 200 "$ssl_session_reused $connection_requests\n"; }
location = /who { return 200 "$remote_addr $proxy_protocol_addr $http_x_forwarded_for\n"; }
location = /port { return 200 "$proxy_protocol_port $remote_port\n"; }
location = /cert { return 200 "$ssl_client_verify $ssl_client_s_dn\n"; }
location = /echo { return 200 "$request_method $http_content_length $http_via\n"; }
location = /nothing { return 204; }
location = /login { return 200 "$http_authorization $http_x_amz_content_sha256\n"; }
location = /slow { auth_basic birds; auth_basic_user_file /dev/null; auth_delay 60ms; }
location /chunked/ { ssi on; alias WWW/; }
location /put/ { dav_methods PUT; }
END
    sed -i "s|WWW|$www|" "$work/places.conf"
    printf '%060d' 0 >"$www/sixty"
    cat >"$work/nginx.conf" <<END
daemon off;
master_process off;
pid $work/nginx/pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
    access_log off;
    root $www;
    client_body_temp_path $work/nginx/body;
    proxy_temp_path $work/nginx/proxy;
    fastcgi_temp_path $work/nginx/fastcgi;
    uwsgi_temp_path $work/nginx/uwsgi;
    scgi_temp_path $work/nginx/scgi;
    client_max_body_size 0;
    default_type text/html;
    ssl_session_cache shared:all:1m;
    ssl_protocols TLSv1.2 TLSv1.3;
    $sites
}
END
}

start_nginx() {
    write_nginx_conf
    must_start nginx "$port" nginx -e stderr -p "$work/nginx" -c "$work/nginx.conf"
    nginx_pid=$peer_pid
}
